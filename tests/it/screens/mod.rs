//! Stories of the screen: what a person presses and what is then to be seen. New pictures: `INSTA_UPDATE=always`.

mod parity;
mod platform;
mod stage;
mod watching;

mod editing;
mod looking;
mod promoting;
mod whole;

use stage::Stage;
