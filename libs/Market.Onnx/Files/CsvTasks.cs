using System.Globalization;
using Market.Onnx.Reading;
using Market.Onnx.Tensors;

namespace Market.Onnx.Files;

/// <summary>
/// Tasks as rows of comma-separated values (RFC 4180, without line breaks in fields). Of a model with one input, a row holds its
/// elements in row-major order; of a model with several, each of one element, the first line names the columns' inputs.
/// </summary>
internal static class CsvTasks
{
    /// <exception cref="TensorException">A row is not what the model wants; the message names its line.</exception>
    public static IReadOnlyList<TensorMap> Read(IEnumerable<string> lines, ModelDescription model)
    {
        var rows = lines.Select((line, i) => (Line: i + 1, Text: line)).Where(row => row.Text.Length > 0).Select(row => (row.Line, Fields: CsvLine.Split(row.Text, row.Line)));
        List<ModelValue>? columns = null;
        var tasks = new List<TensorMap>();
        foreach (var (line, fields) in rows)
        {
            if (columns is null)
            {
                columns = Columns(fields, model, out var isHeader);
                if (isHeader)
                {
                    continue;
                }
            }

            if (tasks.Count == TaskFile.MostTasks)
            {
                throw new TensorException($"More than {TaskFile.MostTasks} rows found.");
            }

            tasks.Add(ReadRow(fields, columns, line));
        }

        return tasks.Count > 0 ? tasks : throw new TensorException("No row found, expected at least one.");
    }

    // One column for each input, or no columns: then all fields are elements of the only input.
    private static List<ModelValue> Columns(IReadOnlyList<string> fields, ModelDescription model, out bool isHeader)
    {
        if (model.Inputs.Length == 1)
        {
            isHeader = model.Inputs[0].Type != ElementType.String && !fields.All(field => double.TryParse(field, NumberStyles.Float, CultureInfo.InvariantCulture, out _));
            return [model.Inputs[0]];
        }

        isHeader = true;
        var unknown = fields.Except(model.Inputs.Select(i => i.Name)).Concat(model.Inputs.Select(i => i.Name).Except(fields)).ToList();
        return unknown.Count == 0 && fields.Count == model.Inputs.Length
            ? [.. fields.Select(field => model.Inputs.First(i => i.Name == field))]
            : throw new TensorException($"The first line names {string.Join(", ", fields.Take(16))}, expected {string.Join(", ", model.Inputs.Select(i => i.Name))}: the model's inputs.");
    }

    private static TensorMap ReadRow(IReadOnlyList<string> fields, List<ModelValue> columns, int line)
    {
        if (columns.Count > 1 && fields.Count != columns.Count)
        {
            throw new TensorException($"Line {line} has {fields.Count} fields, expected {columns.Count}.");
        }

        try
        {
            var tensors = new TensorMap();
            tensors.AddRange(columns.Select((column, i) => KeyValuePair.Create(column.Name, ReadTensor(columns.Count == 1 ? fields : [fields[i]], column))));
            return tensors;
        }
        catch (TensorException e)
        {
            throw new TensorException($"Line {line}: {e.Message}", e);
        }
    }

    private static Tensor ReadTensor(IReadOnlyList<string> fields, ModelValue input)
    {
        var tensor = new WrittenTensor(input.Type);
        foreach (var field in fields)
        {
            tensor.Add(field);
        }

        return tensor.ToTensor(Shape(input, fields.Count));
    }

    // A model leaves open how many rows it takes at a time (the first dimension: one here), and perhaps one length more.
    private static long[] Shape(ModelValue input, int count)
    {
        if (input.Dims.IsDefault)
        {
            return [1, count];
        }

        long?[] dims = [.. input.Dims.Select((dim, i) => dim.Size ?? (i == 0 && input.Dims.Length > 1 ? 1 : null))];
        var known = dims.Aggregate(1L, (product, dim) => dim is > 0 && product <= count ? product * dim.Value : product);
        var open = dims.Count(dim => dim is null);
        return open <= 1 && (open == 0 ? known == count : known > 0 && count % known == 0)
            ? [.. dims.Select(dim => dim ?? (count / known))]
            : throw new TensorException($"{count} fields found, expected as many as '{input.Name}' has elements: {input}.");
    }
}
