export {};
//# sourceMappingURL=sorter.d.ts.map