using Market.Onnx.Execution;

namespace Market.Spread.Measuring;

/// <summary>One way to execute a model.</summary>
internal sealed record Configuration(Machine Machine, OptimizationLevel Level, int Threads = 1, bool Prepacking = true)
{
    /// <summary>What everybody uses: the graph as it is, one thread, prepacked weights, on the native runtime.</summary>
    public static Configuration Usual { get; } = new(Machine.Native, OptimizationLevel.None);

    private static readonly OptimizationLevel[] Levels = Enum.GetValues<OptimizationLevel>();

    /// <summary>Every way that a machine has: all optimization levels, one thread and two where it has them, weights prepacked or not.</summary>
    public static IEnumerable<Configuration> Of(Machine machine) =>
        from level in Levels
        from threads in Enumerable.Range(1, machine.Web is null ? 2 : 1)
        from unpacked in Enumerable.Range(0, 2)
        select new Configuration(machine, level, threads, Prepacking: unpacked == 0);

    public SessionSettings Settings => new()
    {
        Optimization = Level,
        IntraOpThreads = Threads,
        Entries = new SortedDictionary<string, string>(SessionSettings.Default.Entries.ToDictionary(), StringComparer.Ordinal)
        {
            ["session.disable_prepacking"] = Prepacking ? "0" : "1",
            ["session.intra_op.allow_spinning"] = "0", // waiting threads leave the cores to others; no bit depends on it
        },
    };

    public override string ToString() => $"{Machine.Name}, level {(int)Level}, {Threads} threads, prepacking {(Prepacking ? "on" : "off")}";
}
