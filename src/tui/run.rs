//! The loop: waits for keys, answers and signals, applies everything that is waiting, draws at most once, waits again.

use std::io;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use crossterm::event::{Event, EventStream, KeyEventKind, MouseButton, MouseEventKind};
use futures_util::StreamExt;
use ratatui::layout::Rect;
use tokio::sync::mpsc::{self, UnboundedReceiver};

use crate::app::keymap::Keymap;
use crate::app::{Effect, Lane, Model, Mouse, Msg, Options, start, update};
use crate::settings::Settings;

use super::journal::{self, Keeper};
use super::keys;
use super::paint::Look;
use super::terminal::Screen;
use super::theme::{BUILT_IN, Theme};
use super::views;
use super::workers::{Opener, Workers};

/// What was chosen on the command line and in the user's files.
#[derive(Clone, Debug, Default)]
pub struct TuiOptions {
    /// Nothing is ever written.
    pub readonly: bool,
    /// Only ASCII signs; also when the settings say so.
    pub ascii: bool,
    /// Name of the theme; wins over the settings.
    pub theme: Option<String>,
    /// Whether colours may be used: false for `NO_COLOR` and `--color never`.
    pub colours: bool,
    /// The user's own file.
    pub settings: Settings,
    /// Whether changes on disk are picked up; also off when the settings say so.
    pub watch: bool,
    /// What is wrong with the user's own file.
    pub problems: Vec<crate::base::Diagnostic>,
}

/// What the loop holds besides the model.
struct Runtime {
    screen: Screen,
    workers: Workers,
    settings: Settings,
    theme: Theme,
    colours: bool,
    ascii: bool,
}

/// Opens the screen and runs until the person quits.
///
/// `opener` opens the platform; it is called on a worker, after the first frame is on screen.
///
/// # Errors
///
/// When the terminal cannot be used.
pub fn run(opener: Box<Opener>, options: TuiOptions) -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let result = runtime.block_on(run_loop(opener, options));
    // The reader of the terminal may still be waiting for a key.
    runtime.shutdown_background();
    result
}

async fn run_loop(opener: Box<Opener>, options: TuiOptions) -> io::Result<()> {
    let (mut model, theme) = prepare(&options);
    let (sender, mut inbox) = mpsc::unbounded_channel();
    let slot = journal::Slot::default();
    let mut keeper = Keeper::start(slot.clone());
    let mut runtime = Runtime {
        screen: Screen::enter(model.options.mouse)?,
        workers: Workers::start(
            opener,
            sender,
            slot,
            options.watch && options.settings.watch.unwrap_or(true),
        ),
        settings: options.settings,
        theme,
        colours: options.colours,
        ascii: model.options.ascii,
    };
    runtime.draw(&mut model)?;
    let mut events = EventStream::new();
    let mut ended = Ended::listen()?;
    let first = start(&mut model);
    if runtime.perform(&mut model, first)? == Flow::Quit {
        return Ok(());
    }
    loop {
        let arrived = tokio::select! {
            event = events.next() => match event {
                Some(event) => translate(&model, runtime.area()?, event?),
                // Nobody can press a key any more.
                None => return Ok(()),
            },
            msg = inbox.recv() => msg,
            () = ended.wait() => return Ok(()),
        };
        if runtime.apply(&mut model, arrived, &mut events, &mut inbox).await? == Flow::Quit {
            keeper.finish();
            return Ok(());
        }
        keeper.keep(&model.draft);
        runtime.draw(&mut model)?;
    }
}

/// The model as it is before anything is known, and the theme to draw it with.
fn prepare(options: &TuiOptions) -> (Model, Theme) {
    let settings = &options.settings;
    let (keymap, key_problems) = Keymap::new(&settings.keys);
    let mut own_problems = options.problems.clone();
    own_problems.extend(key_problems);
    let built_in = BUILT_IN.iter().map(|(name, _)| (*name).to_owned());
    let own = settings.themes.keys().filter(|name| BUILT_IN.iter().all(|(known, _)| known != name)).cloned();
    let mut chosen =
        options.theme.clone().or_else(|| settings.theme.clone()).unwrap_or_else(|| BUILT_IN[0].0.to_owned());
    let theme = Theme::named(&chosen, settings, options.colours).unwrap_or_else(|problems| {
        own_problems.extend(problems);
        BUILT_IN[0].0.clone_into(&mut chosen);
        Theme::named(&chosen, settings, options.colours).unwrap_or_default()
    });
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    let mut model = Model::new(
        Options {
            readonly: options.readonly,
            ascii: options.ascii || settings.ascii.unwrap_or(false),
            mouse: settings.mouse.unwrap_or(true),
            theme: chosen,
            themes: built_in.chain(own).collect(),
            now: i64::try_from(now).unwrap_or(0),
        },
        keymap,
    );
    if let Some(problem) = own_problems.first() {
        model.say(crate::app::popup::Tone::Warning, problem.to_string());
    }
    model.own_problems = own_problems;
    (model, theme)
}

/// A burst that goes on for longer is interrupted by a frame.
const LONGEST_BURST: Duration = Duration::from_millis(30);

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Flow {
    Continue,
    Quit,
}

impl Runtime {
    fn area(&self) -> io::Result<Rect> {
        let size = self.screen.terminal.size()?;
        Ok(Rect::new(0, 0, size.width, size.height))
    }

    /// Says how much fits, then draws.
    fn draw(&mut self, model: &mut Model) -> io::Result<()> {
        let look = Look { theme: &self.theme, ascii: self.ascii };
        self.screen.terminal.draw(|frame| {
            let area = frame.area();
            model.settle();
            model.measure(views::measure(model, area));
            views::draw(frame.buffer_mut(), area, model, &look);
        })?;
        if let Some(effect) = model.came_on_screen() {
            self.perform(model, vec![effect])?;
        }
        Ok(())
    }

    /// Applies what arrived and everything else that is waiting, so that a burst costs one frame.
    async fn apply(
        &mut self,
        model: &mut Model,
        arrived: Option<Msg>,
        events: &mut EventStream,
        inbox: &mut UnboundedReceiver<Msg>,
    ) -> io::Result<Flow> {
        let began = Instant::now();
        let mut next = arrived;
        loop {
            if let Some(msg) = next.take() {
                // Rows must be up to date before a key is applied to the one under the cursor.
                if matches!(msg, Msg::Key(_) | Msg::Mouse(_) | Msg::Paste(_)) {
                    model.settle();
                }
                let effects = update(model, msg);
                if self.perform(model, effects)? == Flow::Quit {
                    return Ok(Flow::Quit);
                }
            }
            if began.elapsed() > LONGEST_BURST {
                return Ok(Flow::Continue);
            }
            // Asked as part of this task, not aside of it: the stream of events remembers only the first who asked.
            tokio::select! {
                biased;
                event = events.next() => match event {
                    Some(event) => next = translate(model, self.area()?, event?),
                    None => return Ok(Flow::Quit),
                },
                msg = inbox.recv() => next = msg,
                () = std::future::ready(()) => return Ok(Flow::Continue),
            }
        }
    }

    fn perform(&mut self, model: &mut Model, effects: Vec<Effect>) -> io::Result<Flow> {
        for effect in effects {
            match effect {
                Effect::Quit => return Ok(Flow::Quit),
                Effect::Suspend => self.screen.suspend()?,
                Effect::Redraw => self.screen.terminal.clear()?,
                Effect::Copy(text) => self.screen.copy(&text)?,
                Effect::UseMouse(on) => self.screen.set_mouse(on)?,
                Effect::UseTheme(name) => match Theme::named(&name, &self.settings, self.colours) {
                    Ok(theme) => self.theme = theme,
                    Err(problems) => {
                        let said =
                            problems.first().map_or_else(|| format!("no theme {name}"), ToString::to_string);
                        drop(update(model, Msg::Trouble(said)));
                    }
                },
                Effect::Change { draft, change } => {
                    let msg = self.workers.change(draft, change);
                    let effects = update(model, msg);
                    if self.perform(model, effects)? == Flow::Quit {
                        return Ok(Flow::Quit);
                    }
                }
                effect @ Effect::Open { .. } => self.workers.ask(Lane::Open, effect),
                effect @ Effect::Overview { .. } => self.workers.ask(Lane::Overview, effect),
                Effect::First { targets } => self.workers.first(targets),
                effect @ Effect::States { .. } => self.workers.ask(Lane::States, effect),
                effect @ (Effect::Target { .. }
                | Effect::Compare { .. }
                | Effect::Parity { .. }
                | Effect::Candidates { .. }
                | Effect::Member { .. }) => {
                    self.workers.ask(Lane::View, effect);
                }
                effect @ Effect::Explain { .. } => self.workers.ask(Lane::Explain, effect),
                effect @ Effect::Radius { .. } => self.workers.ask(Lane::Radius, effect),
                Effect::CallOff(lane) => self.workers.ask(lane, Effect::CallOff(lane)),
                effect @ Effect::Preview { .. } => self.workers.ask(Lane::Preview, effect),
                effect @ Effect::Write { .. } => self.workers.ask(Lane::Write, effect),
            }
        }
        Ok(Flow::Continue)
    }
}

/// Rows that one step of the wheel scrolls.
const WHEEL: isize = 3;

/// An event of the terminal in the words of the model.
fn translate(model: &Model, area: Rect, event: Event) -> Option<Msg> {
    match event {
        Event::Key(event) if event.kind != KeyEventKind::Release => keys::key(event).map(Msg::Key),
        Event::Paste(text) => Some(Msg::Paste(text)),
        Event::Resize(width, height) => Some(Msg::Resized { width, height }),
        Event::Mouse(event) => {
            let spot = views::hit(model, area, event.column, event.row);
            Some(Msg::Mouse(match event.kind {
                MouseEventKind::ScrollUp => Mouse::Wheel { spot, rows: -WHEEL },
                MouseEventKind::ScrollDown => Mouse::Wheel { spot, rows: WHEEL },
                MouseEventKind::Down(MouseButton::Left) => Mouse::Click(spot),
                _ => return None,
            }))
        }
        Event::Key(_) | Event::FocusGained | Event::FocusLost => None,
    }
}

/// The wish of the system that the program ends: the terminal is restored on the way out.
struct Ended {
    #[cfg(unix)]
    signals: [tokio::signal::unix::Signal; 2],
}

impl Ended {
    #[cfg(unix)]
    fn listen() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self { signals: [signal(SignalKind::terminate())?, signal(SignalKind::hangup())?] })
    }

    #[cfg(not(unix))]
    fn listen() -> io::Result<Self> {
        Ok(Self {})
    }

    #[cfg(unix)]
    async fn wait(&mut self) {
        let [terminate, hangup] = &mut self.signals;
        tokio::select! {
            _ = terminate.recv() => {}
            _ = hangup.recv() => {}
        }
    }

    #[cfg(not(unix))]
    async fn wait(&mut self) {
        std::future::pending::<()>().await;
    }
}
