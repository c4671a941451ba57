// The few parts of Element Plus we use, with their styles; a new part needs its line here.
import 'element-plus/theme-chalk/base.css';
import 'element-plus/theme-chalk/dark/css-vars.css';
import 'element-plus/theme-chalk/el-button.css';
import 'element-plus/theme-chalk/el-checkbox.css';
import 'element-plus/theme-chalk/el-dialog.css';
import 'element-plus/theme-chalk/el-overlay.css';
import 'element-plus/theme-chalk/el-input.css';
import 'element-plus/theme-chalk/el-input-number.css';
import 'element-plus/theme-chalk/el-message.css';
import 'element-plus/theme-chalk/el-option.css';
import 'element-plus/theme-chalk/el-popper.css';
import 'element-plus/theme-chalk/el-scrollbar.css';
import 'element-plus/theme-chalk/el-select.css';
import 'element-plus/theme-chalk/el-select-dropdown.css';
import 'element-plus/theme-chalk/el-tag.css';
import { ElMessage } from 'element-plus';
import { asApiError } from './api/errors';

export { ElButton, ElDialog, ElInput, ElInputNumber, ElOption, ElSelect } from 'element-plus';

export const say = {
  done: (message: string) => ElMessage({ message, type: 'success', duration: 2200 }),
  note: (message: string) => ElMessage({ message, type: 'info', duration: 3500 }),
  /** Shows whatever was thrown in the server's own words. */
  failed: (thrown: unknown) =>
    ElMessage({
      message: asApiError(thrown).message,
      type: 'error',
      duration: 6000,
      showClose: true,
    }),
};
