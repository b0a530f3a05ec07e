"""From measures to scores: standardising, weights, weighted overlays."""
