"""Batches -> day files and their head on the disk -> curves.

The service packs (``writer``) and hands over (``link``); a small process of its own writes the head
(``keeper``, ``head``); another, short-lived one sorts it into Parquet (``sorter``, ``runs``);
whoever draws reads both (``reading``). What lies in the folder, its names say (``shelf``).
"""
