//! The terminal: raw mode, alternate screen, mouse and paste on; everything off again, whatever happens.

use std::io::{self, Stdout, Write};
use std::sync::atomic::{AtomicBool, Ordering};

use crossterm::event::{
    DisableBracketedPaste, DisableMouseCapture, EnableBracketedPaste, EnableMouseCapture,
};
use crossterm::terminal::{EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode};
use crossterm::{cursor, execute};
use ratatui::Terminal;
use ratatui::backend::CrosstermBackend;

/// Whether the terminal is ours now, so that the panic hook and the guard restore it only once.
static ACTIVE: AtomicBool = AtomicBool::new(false);

/// The terminal while the program has it. Dropping it gives it back.
#[derive(Debug)]
pub(super) struct Screen {
    /// Where frames are drawn.
    pub(super) terminal: Terminal<CrosstermBackend<Stdout>>,
    mouse: bool,
}

impl Screen {
    /// Takes the terminal. Asks it nothing: a terminal that does not answer must not delay the first frame.
    ///
    /// # Errors
    ///
    /// What the system says when there is no terminal.
    pub(super) fn enter(mouse: bool) -> io::Result<Self> {
        install_panic_hook();
        take(mouse)?;
        let terminal = Terminal::new(CrosstermBackend::new(io::stdout()))?;
        Ok(Self { terminal, mouse })
    }

    /// Turns the mouse on or off.
    ///
    /// # Errors
    ///
    /// What the system says when the terminal is gone.
    pub(super) fn set_mouse(&mut self, on: bool) -> io::Result<()> {
        self.mouse = on;
        if on {
            execute!(io::stdout(), EnableMouseCapture)
        } else {
            execute!(io::stdout(), DisableMouseCapture)
        }
    }

    /// Gives the terminal to the shell, stops the program, and takes the terminal back when it goes on.
    ///
    /// # Errors
    ///
    /// What the system says when the terminal is gone.
    pub(super) fn suspend(&mut self) -> io::Result<()> {
        restore();
        #[cfg(unix)]
        signal_hook::low_level::emulate_default_handler(signal_hook::consts::SIGTSTP)?;
        take(self.mouse)?;
        self.terminal.clear()
    }

    /// Puts a text into the clipboard by OSC 52, which works over ssh too; the terminal may refuse silently.
    ///
    /// # Errors
    ///
    /// What the system says when the terminal is gone.
    pub(super) fn copy(&self, text: &str) -> io::Result<()> {
        let mut out = io::stdout();
        out.write_all(osc52(text).as_bytes())?;
        out.flush()
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        restore();
    }
}

/// The sequence that asks a terminal to put `text` into the clipboard.
fn osc52(text: &str) -> String {
    use base64::Engine;
    format!("\u{1b}]52;c;{}\u{7}", base64::engine::general_purpose::STANDARD.encode(text))
}

fn take(mouse: bool) -> io::Result<()> {
    enable_raw_mode()?;
    ACTIVE.store(true, Ordering::SeqCst);
    execute!(io::stdout(), EnterAlternateScreen, EnableBracketedPaste, cursor::Hide)?;
    if mouse {
        execute!(io::stdout(), EnableMouseCapture)?;
    }
    Ok(())
}

/// Undoes everything that [`take`] did. Mouse capture too: a shell that prints mouse reports is unusable.
fn restore() {
    if !ACTIVE.swap(false, Ordering::SeqCst) {
        return;
    }
    // Nothing can be done about a terminal that is gone; the rest is tried all the same.
    drop(execute!(
        io::stdout(),
        DisableMouseCapture,
        DisableBracketedPaste,
        LeaveAlternateScreen,
        cursor::Show
    ));
    drop(disable_raw_mode());
}

/// A panic on the screen's thread first gives the terminal back, so that its message can be read. Panics of
/// workers are caught and become problems on the screen: they must not tear it down.
fn install_panic_hook() {
    static INSTALLED: AtomicBool = AtomicBool::new(false);
    if INSTALLED.swap(true, Ordering::SeqCst) {
        return;
    }
    let before = std::panic::take_hook();
    let screen_thread = std::thread::current().id();
    std::panic::set_hook(Box::new(move |information| {
        if std::thread::current().id() == screen_thread {
            restore();
            before(information);
        } else if !ACTIVE.load(Ordering::SeqCst) {
            before(information);
        }
    }));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clipboard_gets_the_text_in_base64() {
        assert_eq!(osc52("ref"), "\u{1b}]52;c;cmVm\u{7}");
    }
}
