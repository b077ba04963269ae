using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Market.Index.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class Filters : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_Jobs_Disputed_Number",
                table: "Jobs");

            migrationBuilder.CreateIndex(
                name: "IX_Jobs_Contested",
                table: "Jobs",
                column: "Number",
                filter: "\"Disputed\"");

            migrationBuilder.CreateIndex(
                name: "IX_Jobs_Contested_Requester",
                table: "Jobs",
                columns: new[] { "Requester", "Number" },
                filter: "\"Disputed\"");

            migrationBuilder.CreateIndex(
                name: "IX_Jobs_Contested_State",
                table: "Jobs",
                columns: new[] { "State", "Number" },
                filter: "\"Disputed\"");

            migrationBuilder.CreateIndex(
                name: "IX_Jobs_Model_State_Number",
                table: "Jobs",
                columns: new[] { "Model", "State", "Number" });

            migrationBuilder.CreateIndex(
                name: "IX_Jobs_Requester_State_Number",
                table: "Jobs",
                columns: new[] { "Requester", "State", "Number" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            foreach (var name in new[] { "IX_Jobs_Contested", "IX_Jobs_Contested_Requester", "IX_Jobs_Contested_State", "IX_Jobs_Model_State_Number", "IX_Jobs_Requester_State_Number" })
            {
                migrationBuilder.DropIndex(name, "Jobs");
            }

            migrationBuilder.CreateIndex(
                name: "IX_Jobs_Disputed_Number",
                table: "Jobs",
                columns: new[] { "Disputed", "Number" });
        }
    }
}
