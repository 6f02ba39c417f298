"""RapidPhoto's backend: takes photos, has their thumbnails made, and lists them."""
