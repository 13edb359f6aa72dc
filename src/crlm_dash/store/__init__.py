"""The trial store: cuts are built, sealed, listed and asked here."""
