"""What looks wrong in a guide that was read: findings, and topics that are probably read wrongly."""
