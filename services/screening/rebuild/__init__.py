"""重建 (rebuild): the projection made again from what the other services keep, beside the one that stands."""
