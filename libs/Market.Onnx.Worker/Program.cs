using System.Globalization;
using Market.Onnx.Execution;
using Market.Onnx.Worker;

// Started by a WorkerPool: serve INPUT_BYTES OUTPUT_BYTES
// Started by an operator:  --probe   (what confines workers on this machine, as JSON)
switch (args)
{
    case ["serve", var inputBytes, var outputBytes]:
        Server.Run(long.Parse(inputBytes, CultureInfo.InvariantCulture), long.Parse(outputBytes, CultureInfo.InvariantCulture));
        return 0;
    case ["probe-inside"]:
        Console.Out.Write(InsideReport.Create());
        return 0;
    case ["--probe"]:
        try
        {
            Console.Out.WriteLine(await WorkerProbe.RunAsync(new()).ConfigureAwait(false));
            return 0;
        }
        catch (WorkerException e)
        {
            Console.Error.WriteLine(e.Message);
            return 1;
        }

    default:
        Console.Error.WriteLine("usage: market-onnx-worker --probe");
        return 2;
}
