//! Where a show will be seen, for licences to be asked.

use serde::{Deserialize, Serialize};

/// Where a show will be seen, and what is in it. What is left out counts as the most:
/// any channel, every country, everybody.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Release {
    /// Channels, by the names that licences use.
    #[serde(default)]
    pub channels: Vec<String>,
    /// Countries, ISO 3166-1 alpha-2.
    #[serde(default)]
    pub territories: Vec<String>,
    /// Before whom: `internal`, `trade` or `public`.
    #[serde(default)]
    pub audience: Option<String>,
    /// What the program cannot see by itself: `politics`, `religion`, `alcohol`,
    /// `tobacco`.
    #[serde(default)]
    pub content: Vec<String>,
    /// The licensee in whose place the client acts, if it is another.
    #[serde(default)]
    pub sublicensed_by: Option<String>,
}
