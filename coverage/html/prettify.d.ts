export {};
//# sourceMappingURL=prettify.d.ts.map