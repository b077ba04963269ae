namespace Market.Conformance;

/// <summary>One model of the ONNX backend tests with its inputs and the outputs that it must give.</summary>
internal sealed record TestCase(string Name, string Model)
{
    public static IReadOnlyList<TestCase> All(string root) =>
    [
        .. Directory.EnumerateFiles(root, "model.onnx", SearchOption.AllDirectories)
            .Select(model => new TestCase(Path.GetRelativePath(root, Path.GetDirectoryName(model)!), model))
            .OrderBy(test => test.Name, StringComparer.Ordinal),
    ];

    public byte[] Input(int index) => File.ReadAllBytes(Data($"input_{index}.pb"));

    public byte[] Output(int index) => File.ReadAllBytes(Data($"output_{index}.pb"));

    public int InputCount => Directory.GetFiles(Data(""), "input_*.pb").Length;

    private string Data(string file) => Path.Combine(Path.GetDirectoryName(Model)!, "test_data_set_0", file);
}
