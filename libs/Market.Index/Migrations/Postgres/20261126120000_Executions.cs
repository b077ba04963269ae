using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Market.Index.Migrations.Postgres
{
    /// <inheritdoc />
    public partial class Executions : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<long>(
                name: "Executions",
                table: "Models",
                type: "bigint",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<long>(
                name: "Executions",
                table: "Hours",
                type: "bigint",
                nullable: false,
                defaultValue: 0L);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "Executions",
                table: "Models");

            migrationBuilder.DropColumn(
                name: "Executions",
                table: "Hours");
        }
    }
}
