using System.Text.Json;
using Market.Onnx.Reading;
using Market.Onnx.Tensors;

namespace Market.Onnx.Files;

/// <summary>Tasks as JSON: an object with a nested array for each input, or an array of such objects.</summary>
internal static class JsonTasks
{
    private static readonly JsonDocumentOptions Options = new() { AllowDuplicateProperties = false, MaxDepth = TensorSize.MostRank + 4 };

    /// <exception cref="TensorException">It is no JSON, or holds something else.</exception>
    public static IReadOnlyList<TensorMap> Read(ReadOnlyMemory<byte> file, ModelDescription model)
    {
        try
        {
            using var document = JsonDocument.Parse(file, Options);
            var root = document.RootElement;
            return root.ValueKind switch
            {
                JsonValueKind.Object => [ReadTask(root, model)],
                JsonValueKind.Array when root.GetArrayLength() is > 0 and <= TaskFile.MostTasks => [.. root.EnumerateArray().Select(task => ReadTask(task, model))],
                JsonValueKind.Array => throw new TensorException($"{root.GetArrayLength()} tasks found, expected 1 to {TaskFile.MostTasks}."),
                _ => throw new TensorException($"A {root.ValueKind} found, expected an object with the inputs by name, or an array of such objects."),
            };
        }
        catch (JsonException e)
        {
            throw new TensorException($"The file is no JSON: {e.Message}", e);
        }
    }

    private static TensorMap ReadTask(JsonElement task, ModelDescription model)
    {
        if (task.ValueKind != JsonValueKind.Object)
        {
            throw new TensorException($"A task is a {task.ValueKind}, expected an object with the inputs by name.");
        }

        var tensors = new TensorMap();
        foreach (var property in task.EnumerateObject())
        {
            var input = model.Inputs.FirstOrDefault(i => i.Name == property.Name)
                ?? throw new TensorException($"The model has no input '{property.Name}', expected {string.Join(", ", model.Inputs.Select(i => $"'{i.Name}'"))}.");
            tensors.Add(new(input.Name, ReadTensor(property.Value, input)));
        }

        return tensors;
    }

    private static Tensor ReadTensor(JsonElement value, ModelValue input)
    {
        var dims = new List<long>();
        for (var first = value; first.ValueKind == JsonValueKind.Array; first = first[0])
        {
            dims.Add(first.GetArrayLength());
            if (dims[^1] == 0)
            {
                break;
            }
        }

        var tensor = new WrittenTensor(input.Type);
        Fill(value, dims, 0, tensor, input.Name);
        return tensor.ToTensor([.. dims]);
    }

    private static void Fill(JsonElement value, List<long> dims, int depth, WrittenTensor tensor, string name)
    {
        if (depth == dims.Count && value.ValueKind is JsonValueKind.Number or JsonValueKind.String or JsonValueKind.True or JsonValueKind.False)
        {
            tensor.Add(value.ToString());
            return;
        }

        if (depth == dims.Count || value.ValueKind != JsonValueKind.Array || value.GetArrayLength() != dims[depth])
        {
            var found = value.ValueKind == JsonValueKind.Array ? $"an array of {value.GetArrayLength()}" : $"a {value.ValueKind}";
            throw new TensorException($"Input '{name}' has {found} at depth {depth}, expected {(depth == dims.Count ? "a number" : $"an array of {dims[depth]}")} as in its first place.");
        }

        foreach (var item in value.EnumerateArray())
        {
            Fill(item, dims, depth + 1, tensor, name);
        }
    }
}
