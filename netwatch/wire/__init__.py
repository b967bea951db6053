"""The pure BER codec and the datagram screen."""
