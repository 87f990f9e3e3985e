//! A newer version of the page: it comes when its reader says so, and nothing is lost by it.

use super::link;
use super::state::AppState;
use crate::app::Effect;

impl AppState {
    /// Loads the page anew at this very step. A log that is too long for the address would be gone
    /// afterwards: then it says so and stays.
    pub(super) fn take_newer(&mut self) -> bool {
        match link::encode(self) {
            Ok(fragment) => {
                self.effects.push(Effect::WriteHash(fragment));
                self.effects.push(Effect::Reload);
                false
            }
            Err(problem) => {
                self.toast(problem);
                true
            }
        }
    }
}
