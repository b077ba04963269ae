using Market.Demo.Cheats;

namespace Market.Demo;

/// <summary>What the demo is asked for.</summary>
/// <param name="Replicas">k.</param>
/// <param name="Tasks">How many lines are drawn.</param>
/// <param name="Images">A folder of somebody's own line images; null to draw lines.</param>
/// <param name="Cheat">What one provider does instead of its work; null if all are honest.</param>
/// <param name="Dispute">Whether the cheat has bribed the verifier, and a dispute finds both out.</param>
/// <param name="Web">Whether somebody buys in a browser instead.</param>
/// <param name="Keep">Whether to leave all running at the end.</param>
/// <param name="Verbose">Whether to show what the programs write.</param>
internal sealed record DemoOptions(int Replicas, int Tasks, string? Images, CheatKind? Cheat, bool Dispute, bool Web, bool Keep, bool Verbose);
