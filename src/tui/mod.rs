//! The screen: takes the terminal, draws the model, runs the work that it asks for, and gives the terminal back.

pub mod paint;
pub mod theme;
pub mod views;
