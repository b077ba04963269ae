using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Spectre.Console;

namespace Market.Cli;

/// <summary>
/// What a command says. With <c>--json</c> one document (or one line per event) goes to standard output and nothing else
/// does; without it, text goes to standard output. Progress, questions and errors always go to standard error.
/// </summary>
public sealed class Terminal
{
    private readonly TextWriter _output;

    /// <param name="json">Whether <c>--json</c> was given.</param>
    /// <param name="output">Standard output.</param>
    /// <param name="error">Standard error.</param>
    public Terminal(bool json, TextWriter output, TextWriter error)
    {
        Json = json;
        _output = output;
        Out = ConsoleOn(output);
        Error = ConsoleOn(error);
    }

    /// <summary>The rules that all JSON of the programs follows: camelCase, enums as words, ids and amounts as text.</summary>
    public static JsonSerializerOptions JsonRules { get; } = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    /// <summary>Whether the answer is wanted as JSON.</summary>
    public bool Json { get; }

    /// <summary>For people: tables and text on standard output. Not to be used with <see cref="Json"/>.</summary>
    public IAnsiConsole Out { get; }

    /// <summary>For progress, questions and errors.</summary>
    public IAnsiConsole Error { get; }

    /// <summary>A line that must be copied whole, such as a command: never wrapped.</summary>
    /// <param name="console">Where it goes.</param>
    /// <param name="line">Plain text.</param>
    public static void WriteUnwrapped(IAnsiConsole console, string line)
    {
        ArgumentNullException.ThrowIfNull(console);
        console.Profile.Out.Writer.WriteLine(line);
    }

    /// <summary>Gives the answer once: as JSON, or as <paramref name="text"/> draws it.</summary>
    /// <param name="answer">What <c>--json</c> prints.</param>
    /// <param name="text">Draws it for people.</param>
    /// <typeparam name="T">The answer's type.</typeparam>
    public void Answer<T>(T answer, Action<IAnsiConsole> text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (Json)
        {
            _output.WriteLine(JsonSerializer.Serialize(answer, JsonRules));
            _output.Flush();
        }
        else
        {
            text(Out);
        }
    }

    /// <summary>A line of progress for people, on standard error.</summary>
    /// <param name="line">Plain text.</param>
    public void Progress(string line) => Error.WriteLine(line);

    /// <summary>Asks a yes-or-no question; without a terminal the answer is no.</summary>
    /// <param name="question">Plain text.</param>
    /// <param name="cancellationToken">Ends the question.</param>
    public async Task<bool> ConfirmAsync(string question, CancellationToken cancellationToken) =>
        !Console.IsInputRedirected && await Error.ConfirmAsync(Markup.Escape(question), false, cancellationToken).ConfigureAwait(false);

    private static IAnsiConsole ConsoleOn(TextWriter writer)
    {
        const int FileWidth = 1000;
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(writer) });
        if (!console.Profile.Out.IsTerminal)
        {
            // In a file a line is a line: nothing is wrapped at the width of a screen that is not there.
            console.Profile.Width = FileWidth;
        }

        return console;
    }
}
