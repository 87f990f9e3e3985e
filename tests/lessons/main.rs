//! Lessons and labs: the format, its errors, and every file that the page brings along.

mod files;
mod format;
