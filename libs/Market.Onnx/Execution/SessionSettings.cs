using System.Globalization;
using System.Text;

namespace Market.Onnx.Execution;

/// <summary>How far ONNX Runtime may rewrite a graph before it runs it.</summary>
public enum OptimizationLevel
{
    /// <summary>Runs the graph as it is: the level at which traces are exact.</summary>
    None = 0,

    /// <summary>Constant folding and removal of redundant nodes.</summary>
    Basic = 1,

    /// <summary>Also fusions into ONNX Runtime's own operators.</summary>
    Extended = 2,

    /// <summary>Also layouts that depend on the processor.</summary>
    All = 99,
}

/// <summary>The settings of an ONNX Runtime session that can change the bits of its results.</summary>
/// <remarks>Two sessions give the same bits if these settings, the runtime's version and its processor kernels are the same.</remarks>
public sealed record SessionSettings
{
    /// <summary>The settings that everybody uses unless a job says otherwise.</summary>
    public static SessionSettings Default { get; } = new();

    /// <summary>How far the graph may be rewritten.</summary>
    public OptimizationLevel Optimization { get; init; } = OptimizationLevel.None;

    /// <summary>Threads inside one operator, 1 to 256. Tasks are run in parallel instead.</summary>
    public int IntraOpThreads { get; init; } = 1;

    /// <summary>Session configuration entries by key, in ordinal order of the keys.</summary>
    /// <remarks>
    /// The defaults keep 8-bit integer products from saturating on processors without VNNI and switch off every path of
    /// reduced precision, so that processors differ as little as they can.
    /// </remarks>
    public IReadOnlyDictionary<string, string> Entries { get; init; } = new SortedDictionary<string, string>(StringComparer.Ordinal)
    {
        ["mlas.disable_kleidiai"] = "1",
        ["mlas.enable_gemm_fastmath_arm64_bfloat16"] = "0",
        ["mlas.use_lut_gemm"] = "0",
        ["session.disable_prepacking"] = "0",
        ["session.set_denormal_as_zero"] = "0",
        ["session.use_deterministic_compute"] = "1",
        ["session.x64quantprecision"] = "1",
    };

    /// <summary>The settings as one line, equal exactly if the settings are: <c>opt=0;threads=1;key=value;…</c>.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"opt={(int)Optimization};threads={IntraOpThreads}");
        foreach (var (key, value) in Entries.OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            text.Append(CultureInfo.InvariantCulture, $";{key}={value}");
        }

        return text.ToString();
    }

    /// <inheritdoc/>
    public bool Equals(SessionSettings? other) =>
        ReferenceEquals(this, other) || (other is not null && ToString() == other.ToString());

    /// <inheritdoc/>
    public override int GetHashCode() => ToString().GetHashCode(StringComparison.Ordinal);

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    /// <exception cref="FormatException">The text is not such a line.</exception>
    public static SessionSettings Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var fields = text.Split(';').Select(Pair).ToArray();
        if (fields.Length < 2 || fields[0].Key != "opt" || fields[1].Key != "threads"
            || !Enum.TryParse<OptimizationLevel>(fields[0].Value, out var level) || !Enum.IsDefined(level)
            || !int.TryParse(fields[1].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var threads)
            || threads is < 1 or > 256)
        {
            throw new FormatException($"Session settings '{text}' do not begin with 'opt=0|1|2|99;threads=1…256'.");
        }

        var entries = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in fields.Skip(2))
        {
            if (!entries.TryAdd(key, value))
            {
                throw new FormatException($"Session settings '{text}' name '{key}' twice.");
            }
        }

        return new SessionSettings { Optimization = level, IntraOpThreads = threads, Entries = entries };
    }

    private static KeyValuePair<string, string> Pair(string field)
    {
        var at = field.IndexOf('=', StringComparison.Ordinal);
        return at > 0
            ? new(field[..at], field[(at + 1)..])
            : throw new FormatException($"Session settings field '{field}' is not 'key=value'.");
    }
}
