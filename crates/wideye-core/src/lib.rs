//! Turns an encoded picture into a model input and scores into predictions.
