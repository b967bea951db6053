"""One file a channel, one signature for all."""
