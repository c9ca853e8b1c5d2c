//! A whole screen without a terminal, threads or clock: keys in by their names, what would be drawn out.

use std::fs;
use std::path::PathBuf;
use std::sync::Mutex;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use overlens::app::key::Key;
use overlens::app::keymap::Keymap;
use overlens::app::{Effect, Model, Mouse, Msg, Options, start, update};
use overlens::explorer::{Explorer, OpenOptions};
use overlens::tui::answers::{self, Asker};
use overlens::tui::paint::Look;
use overlens::tui::theme::{BUILT_IN, Theme};
use overlens::tui::views;

use super::platform;

/// The screen of a story.
pub(super) struct Stage {
    pub(super) model: Model,
    area: Rect,
    theme: Theme,
    explorer: Option<Explorer>,
    pub(super) folder: tempfile::TempDir,
    /// What was copied, last one last.
    pub(super) copied: Vec<String>,
    pub(super) has_quit: bool,
    /// Answers are kept back while this is set.
    pub(super) waiting: Option<Vec<Effect>>,
}

/// Collects the answers of the explorer.
#[derive(Default)]
pub(super) struct Answers(pub(super) Mutex<Vec<Msg>>);

impl Asker for Answers {
    fn answer(&self, msg: Msg) {
        self.0.lock().unwrap().push(msg);
    }

    fn is_stale(&self) -> bool {
        false
    }
}

impl Stage {
    /// The small platform, opened and rendered.
    pub(super) fn open(width: u16, height: u16) -> Self {
        let folder = tempfile::Builder::new().prefix("story").tempdir().unwrap();
        let root = folder.path().join("shop");
        fs::create_dir(&root).unwrap();
        platform::make(&root);
        let mut stage = Self::unopened(folder, width, height);
        stage.begin();
        stage
    }

    /// Before anything was asked.
    pub(super) fn unopened(folder: tempfile::TempDir, width: u16, height: u16) -> Self {
        let options = Options {
            themes: BUILT_IN.iter().map(|(name, _)| (*name).to_owned()).collect(),
            theme: "terminal".to_owned(),
            now: 1_763_337_600,
            ..Options::default()
        };
        Self {
            model: Model::new(options, Keymap::default()),
            area: Rect::new(0, 0, width, height),
            theme: Theme::standard(),
            explorer: None,
            folder,
            copied: Vec::new(),
            has_quit: false,
            waiting: None,
        }
    }

    /// Asks the first question and answers everything that follows.
    pub(super) fn begin(&mut self) {
        let effects = start(&mut self.model);
        self.perform(effects);
        self.settle();
    }

    /// Presses keys by their names.
    pub(super) fn press(&mut self, keys: &str) -> &mut Self {
        for name in keys.split_whitespace() {
            let key = Key::parse(name).unwrap_or_else(|| panic!("`{name}` is no key"));
            self.send(Msg::Key(key));
        }
        self
    }

    /// Types a text, key by key.
    pub(super) fn types(&mut self, text: &str) -> &mut Self {
        for letter in text.chars() {
            let name = if letter == ' ' { "space".to_owned() } else { letter.to_string() };
            self.press(&name);
        }
        self
    }

    /// Clicks on the first place that shows a text.
    pub(super) fn click(&mut self, text: &str) -> &mut Self {
        let screen = self.draw();
        let (y, line) = screen.lines().enumerate().find(|(_, line)| line.contains(text)).unwrap();
        let x = line[..line.find(text).unwrap()].chars().count();
        let spot = views::hit(&self.model, self.area, u16::try_from(x).unwrap(), u16::try_from(y).unwrap());
        self.send(Msg::Mouse(Mouse::Click(spot)));
        self
    }

    /// Gives the screen another size.
    pub(super) fn resize(&mut self, width: u16, height: u16) -> &mut Self {
        self.area = Rect::new(0, 0, width, height);
        self.send(Msg::Resized { width, height });
        self
    }

    /// Delivers a message and answers everything that it asks for.
    pub(super) fn send(&mut self, msg: Msg) {
        self.settle();
        let effects = update(&mut self.model, msg);
        self.perform(effects);
        self.settle();
    }

    fn settle(&mut self) {
        self.model.settle();
        self.model.measure(views::measure(&self.model, self.area));
    }

    /// Does what the loop and its workers would do, at once and in order; answers are kept back while `waiting` is set.
    pub(super) fn perform(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            let answers = match effect {
                Effect::Copy(text) => {
                    self.copied.push(text);
                    continue;
                }
                Effect::Quit => {
                    self.has_quit = true;
                    continue;
                }
                Effect::Change { draft, change } => {
                    vec![answers::change(self.explorer.as_ref(), draft, change)]
                }
                effect if self.waiting.is_some() => {
                    self.waiting.get_or_insert_default().push(effect);
                    continue;
                }
                Effect::Open { ticket } => {
                    let opened = match self.explorer.take() {
                        Some(known) => {
                            known.reload();
                            Ok(known)
                        }
                        None => Explorer::open(&self.root(), &OpenOptions::default()),
                    };
                    let answer = answers::opened(ticket, opened.as_ref().map_err(Clone::clone));
                    self.explorer = opened.ok();
                    vec![answer]
                }
                effect => {
                    let collected = Answers::default();
                    if let Some(explorer) = &self.explorer {
                        answers::answer(effect, explorer, &collected);
                    }
                    collected.0.into_inner().unwrap()
                }
            };
            for answer in answers {
                let more = update(&mut self.model, answer);
                self.perform(more);
            }
        }
    }

    /// The folder of the platform.
    pub(super) fn root(&self) -> PathBuf {
        self.folder.path().join("shop")
    }

    /// The text of a file of the platform.
    pub(super) fn file(&self, path: &str) -> String {
        fs::read_to_string(self.root().join(path)).unwrap()
    }

    /// What would be on screen, without colours and without blanks at the ends of lines.
    pub(super) fn draw(&self) -> String {
        let buffer = self.buffer();
        let area = *buffer.area();
        let line = |y| {
            let cells = (area.left()..area.right()).map(|x| buffer[(x, y)].symbol());
            cells.collect::<String>().trim_end().to_owned()
        };
        (area.top()..area.bottom()).map(line).collect::<Vec<_>>().join("\n")
    }

    /// The cells that would be on screen.
    pub(super) fn buffer(&self) -> Buffer {
        let mut buffer = Buffer::empty(self.area);
        let look = Look { theme: &self.theme, ascii: self.model.options.ascii };
        views::draw(&mut buffer, self.area, &self.model, &look);
        buffer
    }

    /// Draws with another theme from now on.
    pub(super) fn theme(&mut self, theme: Theme) -> &mut Self {
        self.theme = theme;
        self
    }
}
