"""Facts -> what one pair of eyes needs: pure folds."""
