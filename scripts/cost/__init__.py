"""What a stack costs: by its settings and AWS's prices, and by AWS's bill."""
