//! The words of the page: runs told step by step, the inspector, the lines of the tools.

mod deciding;
mod every_change;
mod every_step;
mod expect_steps;
mod expects;
mod inspected;
mod kinds;
mod lenses;
mod protocol_steps;
mod run;
mod told;
mod tools;
