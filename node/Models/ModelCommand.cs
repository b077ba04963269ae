using System.CommandLine;
using System.Globalization;
using Market.Cli;
using Market.Jobs.Registration;
using Market.Node.Requests;
using Market.Node.Settings;
using Market.Onnx.Execution;
using Market.Onnx.Reading;
using Market.Onnx.Tensors;
using Market.Protocol.Models;
using Spectre.Console;

namespace Market.Node.Models;

/// <summary><c>market model register</c>.</summary>
public static class ModelCommand
{
    private static readonly Argument<FileInfo> Model = new("model") { Description = "The ONNX model." };
    private static readonly Argument<string[]> Inputs = new("inputs") { Description = "Sample inputs (.npy, .npz, .csv, .json), or folders of them. Default: made up from the shapes that the model declares.", Arity = ArgumentArity.ZeroOrMore };
    private static readonly Option<OptimizationLevel> Optimization = new("--optimization") { Description = "How far the model is rewritten once: None, Basic or Extended.", DefaultValueFactory = _ => OptimizationLevel.Basic };
    private static readonly Option<int> Samples = new("--samples") { Description = "How many samples to make up, 1 to 1000.", DefaultValueFactory = _ => 16 };
    private static readonly Option<int> Seed = new("--seed") { Description = "What samples are made up from.", DefaultValueFactory = _ => 1 };
    private static readonly Option<DirectoryInfo?> Out = new("--out") { Description = "Folder for the report and the rewritten model. Default: registered in the data folder." };

    public static Command Create()
    {
        var register = new Command("register", "Rewrite a model once for all, measure how far honest machines lie apart on it, and set the tolerance of its jobs.")
        {
            Model, Inputs, Optimization, Samples, Seed, RefereeSettings.Option, Out,
        };
        register.SetAction(RegisterAsync);
        register.AddExamples("market model register model.onnx samples/", "market model register model.onnx --samples 32 --seed 7 --out registered/");
        return new Command("model", "Prepare models for jobs.") { register };
    }

    private static async Task<int> RegisterAsync(ParseResult parsed, CancellationToken stop)
    {
        var terminal = new Terminal(parsed.GetValue(CommandLineProgram.JsonOption), Console.Out, Console.Error);
        var level = parsed.GetValue(Optimization);
        var model = parsed.GetValue(Model)!;
        if (level > OptimizationLevel.Extended)
        {
            throw new FailureException($"--optimization is {level}, expected None, Basic or Extended: what lies beyond depends on the processor.");
        }

        var file = ReadModel(model.FullName);
        var paths = parsed.GetValue(Inputs)!;
        var options = new RegistrationOptions
        {
            Optimization = level,
            Web = Web(parsed, terminal),
            Seed = paths.Length == 0 ? parsed.GetValue(Seed) : null,
            Progress = terminal.Progress,
        };
        var samples = paths.Length > 0 ? ModelInputs.Read(model.FullName, paths) : MadeUp(file, parsed);
        var registered = await ModelRegistration.RunAsync(file, samples, options, stop).ConfigureAwait(false);
        var folder = (parsed.GetValue(Out) ?? new DirectoryInfo(Path.Combine(PeerSettings.DataFolder(parsed), "registered"))).FullName;
        var path = await RegistrationFiles.WriteAsync(folder, registered, stop).ConfigureAwait(false);
        terminal.Answer(new { path, digest = registered.Report.Digest(), report = registered.Report }, console => Draw(console, registered.Report, path));
        return ExitCode.Done;
    }

    private static byte[] ReadModel(string path)
    {
        ModelReader.Read(path); // refuses what is absent or too large before it is in memory
        return File.ReadAllBytes(path);
    }

    private static IReadOnlyList<TensorMap> MadeUp(byte[] file, ParseResult parsed)
    {
        var count = parsed.GetValue(Samples) is >= 1 and <= 1000 and var given ? given : throw new FailureException($"--samples is {parsed.GetValue(Samples)}, expected 1 to 1000.");
        try
        {
            return GeneratedInputs.Of(ModelReader.Read(file), count, new Random(parsed.GetValue(Seed)));
        }
        catch (OnnxModelException e)
        {
            throw new FailureException($"{e.Message} Give sample inputs as .npy or .npz files.", e);
        }
    }

    private static WebRuntime? Web(ParseResult parsed, Terminal terminal)
    {
        var why = "no folder of npm packages above the program has it.";
        try
        {
            if (RefereeSettings.FindIfThere(parsed) is { } found)
            {
                return found;
            }
        }
        catch (WorkerException e) when (parsed.GetValue(RefereeSettings.Option) is null)
        {
            why = e.Message;
        }

        terminal.Progress($"Without the WebAssembly build: {why}");
        return null;
    }

    private static void Draw(IAnsiConsole console, ModelReport report, string path)
    {
        static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
        static string Spread(SpreadFinding found) => Text($"{found.RelativeL2.Value:0.0E+0} and {found.ScaledMaximum.Value:0.0E+0} ({found.LargestDifference.Value:0.0E+0} unscaled)");
        var table = new Table().HideHeaders().AddColumns("", "")
            .AddRow("root", $"{report.Root}")
            .AddRow("rewritten", Text($"{report.Optimization}: {report.Nodes} nodes, {report.Model.Bytes} bytes (was {report.Original.Bytes})"))
            .AddRow("measured on", Text($"{report.Samples.Count} samples, {(report.Samples.Seed is { } seed ? Text($"made up from seed {seed}") : "given")}, in {report.Classes.Count} classes"))
            .AddRow("honest machines", Text($"at most {Spread(report.Honest)}: {report.Honest.ShareOfTolerance.Value:0.##} of the tolerance"))
            .AddRow("16-bit weights", Text($"at least {Spread(report.Rounded)}: found on {report.RoundedCaught} of {report.Samples.Count} samples"))
            .AddRow("tolerance", report.OnlyClass is null ? Text($"{report.Tolerance.RelativeL2Fraction:0.0E+0} (relative L2) and {report.Tolerance.ScaledMaximumFraction:0.0E+0} (of the largest value); up to {report.Tolerance.AbsoluteFloorValue:0.0E+0} unscaled nothing counts") : "equal bits, in one class only")
            .AddRow("ties and jumps", report.Flagged.Count == 0 ? "none" : Text($"{report.Flagged.Count} nodes: {string.Join(", ", report.Flagged.GroupBy(f => f.Operator).Select(g => Text($"{g.Count()} {g.Key}")))}"));
        if (report.OnlyClassBecause is { } because)
        {
            table.AddRow("one class only", Markup.Escape(because));
        }

        console.Write(table);
        Terminal.WriteUnwrapped(console, path);
    }
}
