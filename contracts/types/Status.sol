// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @notice Where a job stands. Only the transitions that docs/protocol.md lists occur.
enum Status {
    /// Never posted, or ended: what `JobFinalized` and `JobExpired` tell is not stored.
    None,
    /// A seat is unclaimed.
    Open,
    /// Every seat is claimed, a result or commitment is missing.
    Running,
    /// All commitments are in, an opening is missing (k >= 2 only).
    Revealing,
    /// All results are on chain; a verifier is drawn and compares.
    Verifying,
    /// A verifier's verdict paid; locks wait for the challenge window.
    Paid,
    /// No verdict came; the default verdict pays when the challenge window ends.
    Defaulted,
    /// Somebody contests the verdict: see Phase.
    Disputed
}
