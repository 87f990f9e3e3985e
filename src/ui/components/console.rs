//! The command line: one line of the scenario language, or a `conntrack` command.

use super::typing::typing;
use crate::app::Msg;
use crate::ui::browser;
use crate::view::model::Console;
use crate::words::ui as w;
use std::rc::Rc;
use web_sys::HtmlInputElement;
use yew::prelude::*;

/// Paints [`Console`].
#[derive(Properties, PartialEq)]
pub struct Props {
    /// What is typed, and the last answer.
    pub console: Rc<Console>,
    /// Receives the messages.
    pub on_msg: Callback<Msg>,
}

/// The command line and its answer.
#[function_component]
pub fn ConsolePanel(props: &Props) -> Html {
    let Props { console, on_msg } = props;
    let oninput = on_msg.reform(|event: InputEvent| {
        Msg::ConsoleInput(event.target_unchecked_into::<HtmlInputElement>().value())
    });
    let onkeydown = {
        let on_msg = on_msg.clone();
        Callback::from(move |event: KeyboardEvent| {
            let msg = match event.key().as_str() {
                "Enter" => Msg::ConsoleEnter,
                "ArrowUp" => Msg::ConsoleHistory(true),
                "ArrowDown" => Msg::ConsoleHistory(false),
                _ => return,
            };
            event.prevent_default();
            on_msg.emit(msg);
        })
    };
    let output = use_node_ref();
    use_effect_with((console.output.clone(), output.clone()), |(_, output)| {
        browser::scroll_to_end(output);
    });
    html! {
        <section class="bench__part cli">
            <label class="cli__line">
                <b aria-hidden="true">{ "/" }</b>
                <input id="console" class="cli__input" data-ct="console" type="text"
                    aria-label={w::COMMAND_LINE.text()}
                    aria-describedby="console-typing" placeholder="tcp 192.168.1.2:47562 > …"
                    title={w::ONE_COMMAND_THEN_ENTER.text()}
                    value={console.input.clone()} {oninput} {onkeydown} spellcheck="false"
                    autocomplete="off" autocapitalize="off" />
            </label>
            { typing("console-typing", &console.typing) }
            <pre ref={output} class={classes!("cli__output",
                console.failed.then_some("cli__output--failed"))} data-ct="console-output"
                role="log" aria-label={w::ANSWER.text()}
                tabindex={if console.output.is_empty() { "-1" } else { "0" }}>
                for (at, line) in console.output.iter().enumerate() {
                    <span key={at}>{ line }{ "\n" }</span>
                }
            </pre>
        </section>
    }
}
