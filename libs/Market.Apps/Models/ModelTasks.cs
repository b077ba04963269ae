using System.Globalization;
using System.Text;
using Market.Apps.Decoding;

namespace Market.Apps.Models;

/// <summary>Has a model and the files of its inputs read by one confined process, and by another one what comes after a file that broke the first.</summary>
/// <param name="model">The model.</param>
/// <param name="inputs">The files of its inputs.</param>
/// <param name="tasks">Where the tasks go.</param>
internal sealed class ModelTasks(AppFile model, IReadOnlyList<AppFile> inputs, AppTasks tasks)
{
    /// <summary>Memory for what files unpack to; the model comes on top.</summary>
    private const long Memory = 3L << 30;

    private const int MostBroken = 3;
    private const int MostFindings = 200;
    private readonly List<AppFinding> _findings = [];
    private bool _modelIsRead;
    private int _read;

    /// <exception cref="AppException">Files are not read: all findings at once.</exception>
    public async Task ReadAsync(CancellationToken cancellationToken)
    {
        for (var broken = 0; _read < inputs.Count && broken < MostBroken; broken++)
        {
            var modelBytes = ConfinedModel.LengthOf(model);
            var left = inputs.Skip(_read).Select(file => (file.Path, file.Ending, Bytes: new FileInfo(file.Path).Length)).ToList();
            var program = ConfinedModel.For(modelBytes, left.Sum(file => file.Bytes), Memory + modelBytes) with { OutputBytes = AppTasks.MostBytes };
            string[] arguments = ["tasks", Named(modelBytes, model.Ending), .. left.Select(file => Named(file.Bytes, file.Ending))];
            _modelIsRead = false;
            var refusal = await program.RunAsync([model.Path, .. left.Select(file => file.Path)], Take, arguments, cancellationToken).ConfigureAwait(false);
            if (!_modelIsRead)
            {
                throw new AppException(model.Name, refusal ?? "Its reader ended early.");
            }

            if (_read < inputs.Count)
            {
                _findings.Add(new AppFinding(inputs[_read++].Name, refusal ?? "Its reader ended early."));
            }
        }

        AppException.ThrowIfAny(_findings);
        if (tasks.Count == 0)
        {
            throw new AppException("The files make no task.");
        }
    }

    private static string Named(long bytes, string ending) => string.Create(CultureInfo.InvariantCulture, $"{bytes}{ending}");

    private void Take(Stream output)
    {
        using var reader = new BinaryReader(output, Encoding.UTF8, leaveOpen: true);
        try
        {
            for (_modelIsRead = reader.ReadBoolean(); _read < inputs.Count; _read++)
            {
                Take(reader, inputs[_read].Name);
            }
        }
        catch (EndOfStreamException)
        {
            // The process ended within a file: its exit code tells why.
        }
    }

    // As TaskDecoder writes it. What a process says that read a stranger's file is not believed.
    private void Take(BinaryReader reader, string name)
    {
        for (var left = reader.ReadInt32(); left > 0; left--)
        {
            _findings.Add(new AppFinding(name, Encoding.UTF8.GetString(reader.ReadBytes(reader.ReadUInt16()))));
            if (_findings.Count == MostFindings)
            {
                AppException.ThrowIfAny(_findings);
            }
        }

        var count = reader.ReadInt32();
        for (var i = 0; i < count; i++)
        {
            tasks.Add(count > 1 ? $"{name}, {i + 1}" : name, reader.BaseStream, reader.ReadInt64());
        }
    }
}
