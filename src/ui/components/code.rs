//! Where in the kernel we are: the functions on the way, and our pseudocode of the last one.

use crate::view::model::Why;
use crate::words::{tell, ui as w};
use std::rc::Rc;
use yew::prelude::*;

/// Paints [`Why::calls`], [`Why::file`] and [`Why::code`].
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The step in words.
    pub why: Rc<Why>,
}

/// Call path and pseudocode.
#[function_component]
pub fn Code(props: &Props) -> Html {
    let why = &props.why;
    html! {
        <section class="why__part why__source">
            <h2 class="h">{ w::SOURCE.text() }<span class="h__aside">
                { tell!(w::CALL_PATH_LINUX_KERNEL, kernel = why.kernel) }</span></h2>
            <ol class="path" data-ct="calls">
                if let Some([hook, priority, name]) = why.hook {
                    <li class="path__hook"><b>{ hook }</b>{ " " }
                        <code>{ priority }</code>{ " " }{ name }</li>
                }
                <>
                    for (at, (call, file)) in why.calls.iter().zip(&why.files).enumerate() {
                        <li key={at} class="path__item" title={*file}
                            aria-current={(at + 1 == why.calls.len()).then_some("step")}>
                            <code>{ call }</code>
                            <span class="path__file">{ base(file) }</span>
                        </li>
                    }
                </>
            </ol>
            <div class="code">
                <p class="code__file" title={tell!(w::THE_KERNELS_FILE_LINUX, kernel = why.kernel)}>
                    { &why.file }
                </p>
                if !why.code.is_empty() {
                    <ol class="code__lines">
                        for (at, line) in why.code.iter().enumerate() {
                            <li key={at} class={classes!("code__line",
                                line.current.then_some("code__line--now"))}
                                aria-current={line.current.then_some("step")}>{ &line.text }</li>
                        }
                    </ol>
                }
            </div>
        </section>
    }
}

/// The file without its folders.
fn base(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}
