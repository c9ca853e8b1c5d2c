//! Running one program: arguments as they are, no input, bounded output, an end after a time.

use std::ffi::{OsStr, OsString};
use std::io::{self, Read};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;
use std::time::{Duration, Instant};

/// A program to run.
pub(super) struct Program<'a> {
    name: &'a OsStr,
    arguments: Vec<OsString>,
    variables: Vec<(OsString, Option<OsString>)>,
    timeout: Option<Duration>,
    most_output: u64,
}

/// What a program said.
#[derive(Debug)]
pub(super) struct Said {
    /// How it ended.
    pub(super) status: ExitStatus,
    /// What it printed to stdout.
    pub(super) stdout: Vec<u8>,
    /// What it printed to stderr, made readable.
    pub(super) stderr: String,
}

/// Why a program gave no answer.
#[derive(Debug, thiserror::Error)]
pub(super) enum ProgramError {
    /// There is no such program.
    #[error("there is no program `{0}`")]
    Missing(String),
    /// The system does not start it.
    #[error("`{0}` cannot be started: {1}")]
    NotStarted(String, io::Error),
    /// It took longer than allowed, and was ended.
    #[error("`{0}` took longer than {1:?} and was ended")]
    TooSlow(String, Duration),
    /// It printed more than allowed, and was ended.
    #[error("`{0}` printed more than {1} bytes and was ended")]
    TooMuch(String, u64),
}

/// The most that a program may print unless told otherwise: 256 MiB.
const MOST_OUTPUT: u64 = 256 * 1024 * 1024;

impl<'a> Program<'a> {
    /// A program by its name, looked for as a shell does, or by its path.
    pub(super) fn new(name: &'a OsStr) -> Self {
        Self { name, arguments: Vec::new(), variables: Vec::new(), timeout: None, most_output: MOST_OUTPUT }
    }

    /// Adds arguments.
    pub(super) fn arguments(mut self, more: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Self {
        self.arguments.extend(more.into_iter().map(|argument| argument.as_ref().to_owned()));
        self
    }

    /// Sets a variable of its environment.
    pub(super) fn variable(mut self, name: impl AsRef<OsStr>, value: impl AsRef<OsStr>) -> Self {
        self.variables.push((name.as_ref().to_owned(), Some(value.as_ref().to_owned())));
        self
    }

    /// Takes variables out of its environment.
    pub(super) fn without(mut self, names: &[&str]) -> Self {
        self.variables.extend(names.iter().map(|name| (OsString::from(name), None)));
        self
    }

    /// How long it may run.
    pub(super) fn timeout(self, timeout: Duration) -> Self {
        Self { timeout: Some(timeout), ..self }
    }

    /// The most bytes that it may print to either stream.
    pub(super) fn most_output(self, most_output: u64) -> Self {
        Self { most_output, ..self }
    }

    fn shown(&self) -> String {
        self.name.to_string_lossy().into_owned()
    }

    /// Runs it to its end.
    ///
    /// # Errors
    ///
    /// [`ProgramError`]; a program that ends with a failure is no error here.
    pub(super) fn run(&self) -> Result<Said, ProgramError> {
        let deadline = self.timeout.map(|timeout| Instant::now() + timeout);
        let mut child = self.start()?;
        let (sender, receiver) = mpsc::channel();
        collect(child.stdout.take(), Stream::Out, self.most_output, &sender);
        collect(child.stderr.take(), Stream::Err, self.most_output, &sender);
        drop(sender);
        let collected = self.receive(&receiver, deadline);
        if collected.is_err() {
            // Whether it is gone already or cannot be ended: there is nothing else to do about it.
            let _ = child.kill();
        }
        let (stdout, stderr) = collected.inspect_err(|_| drop(child.wait()))?;
        let status = self.wait(child, deadline)?;
        Ok(Said { status, stdout, stderr: String::from_utf8_lossy(&stderr).trim().to_owned() })
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "the one place that starts programs; it is reached only through what a user allowed"
    )]
    fn start(&self) -> Result<Child, ProgramError> {
        let mut command = Command::new(self.name);
        command.args(&self.arguments).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        for (name, value) in &self.variables {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        #[cfg(unix)]
        if self.timeout.is_some() {
            // A group of its own: whatever would ask the terminal for a password is stopped, and its time runs out.
            use std::os::unix::process::CommandExt;
            command.process_group(0);
        }
        command.spawn().map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => ProgramError::Missing(self.shown()),
            _ => ProgramError::NotStarted(self.shown(), error),
        })
    }

    /// Waits until both streams are at their end.
    fn receive(
        &self,
        receiver: &Receiver<(Stream, Vec<u8>)>,
        deadline: Option<Instant>,
    ) -> Result<(Vec<u8>, Vec<u8>), ProgramError> {
        let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
        for _ in 0..2 {
            let received = match deadline {
                None => receiver.recv().ok(),
                Some(deadline) => {
                    let left = deadline.saturating_duration_since(Instant::now());
                    match receiver.recv_timeout(left) {
                        Ok(received) => Some(received),
                        Err(mpsc::RecvTimeoutError::Timeout) => return Err(self.too_slow()),
                        Err(mpsc::RecvTimeoutError::Disconnected) => None,
                    }
                }
            };
            let Some((stream, bytes)) = received else { break };
            if bytes.len() as u64 > self.most_output {
                return Err(ProgramError::TooMuch(self.shown(), self.most_output));
            }
            match stream {
                Stream::Out => stdout = bytes,
                Stream::Err => stderr = bytes,
            }
        }
        Ok((stdout, stderr))
    }

    /// Waits for the end of a program that has closed its streams, which is next to nothing in most cases.
    fn wait(&self, mut child: Child, deadline: Option<Instant>) -> Result<ExitStatus, ProgramError> {
        let failed = |error| ProgramError::NotStarted(self.shown(), error);
        let Some(deadline) = deadline else { return child.wait().map_err(failed) };
        loop {
            if let Some(status) = child.try_wait().map_err(failed)? {
                return Ok(status);
            }
            if Instant::now() >= deadline {
                let _ = child.kill();
                let _ = child.wait();
                return Err(self.too_slow());
            }
            thread::sleep(Duration::from_millis(2));
        }
    }

    fn too_slow(&self) -> ProgramError {
        ProgramError::TooSlow(self.shown(), self.timeout.unwrap_or_default())
    }
}

/// A stream of a program.
#[derive(Clone, Copy)]
enum Stream {
    Out,
    Err,
}

/// Reads a stream to its end in a thread of its own, so that neither stream can block the other. The thread is not waited
/// for: something that the program started may keep the stream open after the program is gone.
fn collect(
    stream: Option<impl Read + Send + 'static>,
    which: Stream,
    most: u64,
    sender: &Sender<(Stream, Vec<u8>)>,
) {
    let sender = sender.clone();
    thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(stream) = stream {
            // What cannot be read is missing, which whoever reads the answer notices.
            let _ = stream.take(most.saturating_add(1)).read_to_end(&mut bytes);
        }
        let _ = sender.send((which, bytes));
    });
}
