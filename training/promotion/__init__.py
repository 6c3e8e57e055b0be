"""Whether a challenger may replace the champion."""
