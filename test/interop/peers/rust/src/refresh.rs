//! The complete client.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use tempfile::TempDir;
use tough::{Prefix, RepositoryLoader, TargetName};

use crate::refusal::{Verdict, attempt, step};
use crate::request::Refresh;

/// Runs the complete client in a new folder.
pub fn refresh(request: &Refresh) -> Value {
    let verdict = attempt(|| {
        let folder = TempDir::with_prefix("tough-peer-")?;
        tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?
            .block_on(update(folder.path(), request))
    });
    match verdict {
        Ok(version) => json!({"accepted": true, "rootVersion": version}),
        Err(_) => step(&verdict),
    }
}

/// Refreshes, downloads the target if there is one, and returns the version of the root that is trusted then.
async fn update(folder: &Path, request: &Refresh) -> Verdict<u64> {
    let [metadata, targets] = ["metadata", "targets"].map(|name| folder.join(name));
    fs::create_dir(&metadata)?;
    fs::create_dir(&targets)?;
    let repository = RepositoryLoader::new(
        &request.bootstrap,
        request.metadata_url.0.clone(),
        request.targets_url.0.clone(),
    )
    .datastore(metadata)
    .load()
    .await?;
    if let Some(target) = &request.target {
        let name = TargetName::new(target)?;
        repository.save_target(&name, targets, Prefix::None).await?;
    }
    Ok(repository.root().signed.version.get())
}
