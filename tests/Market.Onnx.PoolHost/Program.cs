using Market.Onnx.Execution;
using Market.Onnx.Tensors;

// A program for tests to kill: MODEL must take a count "n" and a number "x". Prints its workers, then keeps them busy without end.
var model = args[0];
await using var pool = await WorkerPool.StartAsync(
    new WorkerOptions { Workers = 2, MemoryBytes = 1L << 30, Readable = [Path.GetDirectoryName(model)!] }, new WorkerModel(model));
Console.WriteLine(string.Join(' ', pool.ProcessIds));
var inputs = new TensorMap
{
    new("n", new Tensor(ElementType.Int64, [], BitConverter.GetBytes(long.MaxValue))),
    new("x", new Tensor(ElementType.Float, [], new byte[4])),
};
await Task.WhenAll(pool.RunAsync(inputs), pool.RunAsync(inputs));
