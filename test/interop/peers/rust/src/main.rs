//! The peer that asks tough and olpc-cjson. ../README.md says what it is asked and how it answers.

mod about;
mod bench;
mod canonical;
mod chain;
mod delegated;
mod refresh;
mod refusal;
mod request;
mod sign;

use std::error::Error;
use std::io::{self, BufRead, Write};
use std::process::ExitCode;
use std::{env, fs, panic};

use refusal::first_refusal;
use request::Request;

/// What is no request that README.md knows, which is a mistake in the test, or can't be read or written.
type Mistake = Box<dyn Error>;

fn main() -> ExitCode {
    panic::set_hook(Box::new(|_| {})); // a panic is an answer, or else ends the process with a status of its own
    let arguments: Vec<String> = env::args().skip(1).collect();
    let outcome = match arguments.split_first() {
        None => serve(),
        Some((command, files)) if command == "verify" && !files.is_empty() => verify(files),
        Some(_) => Err("the command is: verify FILE...".into()),
    };
    outcome.unwrap_or_else(|mistake| {
        eprintln!("rust peer: {mistake}");
        ExitCode::from(2)
    })
}

/// Answers each line of standard input by one of standard output.
fn serve() -> Result<ExitCode, Mistake> {
    let mut output = io::stdout().lock();
    for line in io::stdin().lock().lines() {
        serde_json::to_writer(&mut output, &answer(serde_json::from_str(&line?)?))?;
        output.write_all(b"\n")?;
        output.flush()?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Has a request carried out.
fn answer(request: Request) -> serde_json::Value {
    match request {
        Request::About {} => about::about(),
        Request::Canonical { documents } => canonical::canonical(&documents),
        Request::Chain { roots } => chain::chain(&roots.0),
        Request::Delegated { root, documents } => delegated::delegated(&root, &documents.0),
        Request::Refresh(request) => refresh::refresh(&request),
        Request::Sign { scheme } => sign::sign(&scheme),
        Request::BenchChain { roots, rounds } => bench::bench_chain(&roots.0, rounds),
        Request::BenchDelegated {
            root,
            documents,
            rounds,
        } => bench::bench_delegated(&root, &documents.0, rounds),
    }
}

/// Verifies a chain of files.
fn verify(files: &[String]) -> Result<ExitCode, Mistake> {
    let mut roots = Vec::with_capacity(files.len());
    for file in files {
        roots.push(fs::read(file).map_err(|error| format!("{file}: {error}"))?);
    }
    Ok(match first_refusal(&chain::walk(&roots)) {
        None => ExitCode::SUCCESS,
        Some(refusal) => {
            eprintln!("{refusal}");
            ExitCode::FAILURE
        }
    })
}
