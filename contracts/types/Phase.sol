// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @notice Where a dispute stands. Only the transitions that docs/protocol.md lists occur.
enum Phase {
    /// No dispute, or it is settled.
    None,
    /// Whoever doubts a seat or the verifier names what and at which task.
    Filing,
    /// A committee is drawn and takes its seats.
    Seating,
    /// Its members re-execute what is contested and commit to their votes.
    Voting,
    /// They open their votes.
    Opening,
    /// The committee has spoken, or has no majority; who disagrees may appeal to a larger one.
    Decided
}
