namespace Market.Protocol.Models;

/// <summary>A node whose result may jump where rounding alone decides.</summary>
/// <param name="Node">Its place among the model's nodes.</param>
/// <param name="Name">Its name; may be empty.</param>
/// <param name="Operator">Its operator, or the one within its bodies that jumps.</param>
public sealed record FlaggedNode(int Node, string Name, string Operator);
