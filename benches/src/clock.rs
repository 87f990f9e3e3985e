//! Time spent, in nanoseconds.

/// A stopwatch: this thread's own time, so that other work on the machine does not count. In a
/// browser, and where the system is no Unix, only the time on the wall is to be had.
#[derive(Clone, Copy, Debug)]
pub struct Clock(f64);

impl Clock {
    /// Starts now.
    pub fn start() -> Clock {
        Clock(now())
    }

    /// Nanoseconds since the start.
    pub fn nanos(self) -> f64 {
        now() - self.0
    }
}

#[cfg(unix)]
fn now() -> f64 {
    let at = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    at.tv_sec as f64 * 1e9 + at.tv_nsec as f64
}

#[cfg(target_arch = "wasm32")]
fn now() -> f64 {
    crate::web::performance_now() * 1e6
}

#[cfg(not(any(unix, target_arch = "wasm32")))]
fn now() -> f64 {
    use std::sync::LazyLock;
    use std::time::Instant;
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    START.elapsed().as_nanos() as f64
}
