using Market.Protocol.Models;

namespace Market.Jobs.Registration;

/// <summary>A registered model: the file that jobs run, and the report about it.</summary>
/// <param name="File">The ONNX file, named by the report's <see cref="ModelReport.Model"/>.</param>
/// <param name="Report">What was found.</param>
public sealed record RegisteredModel(ReadOnlyMemory<byte> File, ModelReport Report);
