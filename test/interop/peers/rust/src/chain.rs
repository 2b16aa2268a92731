//! Chains of roots.

use serde_json::Value;
use tough::schema::{Root, Signed};

use crate::refusal::{Refusal, Verdict, attempt, steps};

/// Answers for each root whether it was accepted.
pub fn chain(roots: &[impl AsRef<[u8]>]) -> Value {
    steps(&walk(roots))
}

/// Loads the first root as trusted and tries each next one as the successor of the last accepted one. Where the first
/// is refused, so are all, for that reason.
pub fn walk(roots: &[impl AsRef<[u8]>]) -> Vec<Verdict> {
    let mut trusted: Option<Verdict<Signed<Root>>> = None;
    let mut verdicts = Vec::with_capacity(roots.len());
    for root in roots.iter().map(AsRef::as_ref) {
        let verdict = match &trusted {
            None => attempt(|| load(root)),
            Some(Err(refusal)) => Err(refusal.clone()),
            Some(Ok(trusted)) => attempt(|| succeed(trusted, root)),
        };
        verdicts.push(verdict.as_ref().map(|_| ()).map_err(Clone::clone));
        if trusted.is_none() || verdict.is_ok() {
            trusted = Some(verdict);
        }
    }
    verdicts
}

// tough does the following two only inside of its client's load_root, which offers neither by itself. They make the
// same calls in the same order.

/// Loads the root that the client comes with.
fn load(root: &[u8]) -> Verdict<Signed<Root>> {
    let root: Signed<Root> = serde_json::from_slice(root)?;
    root.signed.verify_role(&root)?;
    Ok(root)
}

/// Loads the successor of a root.
fn succeed(trusted: &Signed<Root>, root: &[u8]) -> Verdict<Signed<Root>> {
    let root: Signed<Root> = serde_json::from_slice(root)?;
    trusted.signed.verify_role(&root)?;
    root.signed.verify_role(&root)?;
    let (before, after) = (trusted.signed.version.get(), root.signed.version.get());
    if before < after && before + 1 == after {
        Ok(root)
    } else {
        // The words are this program's: tough::error::Error::OlderMetadata can't be made outside of tough.
        let words = format!("OlderMetadata: version {after} does not follow {before}");
        Err(Refusal::new(&words))
    }
}
