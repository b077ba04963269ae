using Market.Apps.Decoder;
using Market.Onnx.Execution;
using Market.Onnx.Reading;
using Market.Onnx.Tensors;

// Started confined, with strangers' files as standard input:
//   image          writes the width and height of the picture, those of its pixels (int32 each), and the pixels: blue, green, red
//   jpeg           takes what image wrote, and writes a smaller JPEG of it to be looked at
//   sound          writes samples: float32, one channel, 16 kHz
//   model LENGTH   writes what an ONNX file wants and has, as JSON (ModelForm)
//   root LENGTH    writes what commits to an ONNX file (TraceableModel); nothing if it cannot be traced
//   tasks LENGTH.onnx LENGTH.ENDING…   takes a model and files of inputs, one after the other, and writes tasks and findings (TaskDecoder)
// What it cannot read it refuses with a sentence on standard error.
try
{
    using var input = Console.OpenStandardInput();
    using var output = Console.OpenStandardOutput();
    switch (args)
    {
        case ["image"]:
            ImageDecoder.Decode(input, output);
            return 0;
        case ["jpeg"]:
            PictureEncoder.Encode(input, output);
            return 0;
        case ["sound"]:
            SoundDecoder.Decode(input, output);
            return 0;
        case ["model", var length]:
            ModelDecoder.Describe(SentFile.Read(input, length), output);
            return 0;
        case ["root", var length]:
            ModelDecoder.Commit(SentFile.Read(input, length), output);
            return 0;
        case ["tasks", var model, .. var inputs]:
            TaskDecoder.Decode(input, model, inputs, output);
            return 0;
        default:
            Console.Error.WriteLine("usage: market-apps-decoder image|jpeg|sound|model LENGTH|root LENGTH|tasks LENGTH.onnx LENGTH.ENDING… < FILES");
            return 2;
    }
}
catch (Exception e) when (e is RefusedException or OnnxModelException or TensorException)
{
    Console.Error.WriteLine(e.Message);
    return ConfinedProgram.Refusal;
}
catch (OutOfMemoryException)
{
    return ConfinedProgram.OutOfMemory;
}
