//! What the benches ran on.

use std::fs;
use std::thread;

use crate::exec;

/// One line: processor, system, compiler.
pub fn described() -> String {
    let cpuinfo = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let processor = model_name(&cpuinfo).unwrap_or(std::env::consts::ARCH);
    let count = thread::available_parallelism().map_or(1, usize::from);
    let system =
        exec::output_of("uname", &["-sr"]).unwrap_or_else(|| std::env::consts::OS.to_owned());
    let rust = exec::output_of("rustc", &["--version"]).unwrap_or_default();
    format!("{processor}, {count} of its processors; {system}; {rust}")
}

fn model_name(cpuinfo: &str) -> Option<&str> {
    cpuinfo
        .lines()
        .find_map(|line| line.strip_prefix("model name")?.split_once(':'))
        .map(|(_, name)| name.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_processor_has_a_model_name() {
        let text = "processor\t: 0\nmodel name\t: Some CPU @ 3 GHz\nflags\t: fpu\n";
        assert_eq!(model_name(text), Some("Some CPU @ 3 GHz"));
        assert_eq!(model_name("processor: 0"), None);
    }
}
