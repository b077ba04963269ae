// Writes a contract's ABI as C#: run by the build of Market.Chain, which compiles what it writes.
// usage: Market.Chain.Bindings CONTRACT.json OUTPUT.cs
using Market.Chain.Bindings;

if (args is not [string input, string output])
{
    Console.Error.WriteLine("usage: Market.Chain.Bindings CONTRACT.json OUTPUT.cs");
    return 2;
}

File.WriteAllText(output, ContractWriter.Write(Path.GetFileNameWithoutExtension(input), File.ReadAllText(input)));
return 0;
